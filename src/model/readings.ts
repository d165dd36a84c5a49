// How much must be read before anything is said, where the plan refuses what the run or the judge could never answer.

/** Readings of a signal; fewer say nothing. */
export const fewestReadings = 3;

/** Samples are points: a window of n of them spans n - 1 periods, so those of nine tenths of the time fill it. */
export const fillsWindow = (spanMs: number, windowMs: number): boolean => spanMs >= 0.9 * windowMs;

/** How long after a sample was due it has surely arrived: late ones end at their deadline, and what was seen is handed on five times a second. */
export const knownAfterMs = (deadlineMs: number): number => deadlineMs + 500;
