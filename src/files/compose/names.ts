// Names and paths of a Compose file as planefault has them: small letters, digits and dashes; paths below the target's folder.

/** "My_DB" -> "my-db"; undefined where nothing usable is left. Inside the target the name as written leads there too. */
export function ourName(name: string): string | undefined {
  const ours = name.toLowerCase().replaceAll(/[^a-z0-9-]/gu, "-");
  return /^[a-z][a-z0-9-]{0,39}$/u.test(ours) ? ours : undefined;
}

/** A path as it is written in a file of `folder`, relative to the target's folder ("" is that folder itself); undefined where it leads out of it. */
export function pathInside(folder: string, path: string): string | undefined {
  if (path.startsWith("/") || path.startsWith("~")) return undefined;
  const steps: string[] = [];
  for (const step of `${folder}/${path}`.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/");
}

export const folderOf = (file: string): string => file.slice(0, Math.max(0, file.lastIndexOf("/")));
