// When a process started, from its /proc/PID/stat. The agent's process table and the keeper read it for themselves: they run in containers, and the keeper must be auditable alone.

/** Field 22, in clock ticks after boot. The command in brackets may hold blanks and brackets, so fields are counted from the last bracket. */
export const startTicksIn = (stat: string): string | undefined => stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
