// What is said of the planefault that started a target which runs, wherever such a target is shown.
import type { OwnerState } from "../drivers/docker/labels.ts";

export const harnessWords = {
  alive: "a planefault runs it now",
  gone: "kept or left behind",
  elsewhere: "started from another machine",
} as const satisfies Readonly<Record<OwnerState, string>>;
