// Waits for a state of the kernel that a tool was told to bring about, and says what was waited for.

const pollMs = 2;

export async function poll(what: string, deadlineMs: number, check: () => boolean | Promise<boolean>): Promise<void> {
  const endAt = performance.now() + deadlineMs;
  while (!(await check())) {
    if (performance.now() > endAt) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
