// Whoever knows more gives up first and says why. The deadlines live with those who wait, in many files; here stands who waits for whom.
import { expect } from "chai";
import { batchDeadlineMs } from "../../../src/agent/batch.ts";
import { disarmDeadlineMs } from "../../../src/agent/changes.ts";
import { backDeadlineMs, endDeadlineMs } from "../../../src/agent/end-process.ts";
import { killDeadlineMs } from "../../../src/agent/end-tool.ts";
import { drainDeadlineMs } from "../../../src/agent/disturb.ts";
import { routesDeadlineMs } from "../../../src/agent/link-down.ts";
import { k6EndDeadlineMs } from "../../../src/agent/load/k6-process.ts";
import { firstSampleDeadlineMs } from "../../../src/agent/load/start-load.ts";
import { nftDeadlineMs } from "../../../src/agent/nft.ts";
import { queueDeadlineMs } from "../../../src/agent/own-queue.ts";
import { programDeadlineMs } from "../../../src/agent/run-program.ts";
import { signalDeadlineMs } from "../../../src/agent/signal.ts";
import { startDeadlineMs } from "../../../src/agent/split.ts";
import { busyDeadlineMs } from "../../../src/agent/squeeze.ts";
import { attachDeadlineMs, detachDeadlineMs } from "../../../src/agent/tracer.ts";
import { heartbeatMs, patienceBeats, silenceMs } from "../../../src/drivers/docker/greet.ts";
import { answerDeadlinesMs as answer, firstWordMs } from "../../../src/drivers/docker/deadlines.ts";
import { sweepDeadlineMs, sweepRounds } from "../../../src/drivers/docker/session.ts";
import { removalDeadlineMs } from "../../../src/drivers/docker/sweep.ts";
import { longestWaitMs } from "../../../src/faults/wait.ts";
import { longestDeadlineMs } from "../../../src/model/duration.ts";
import { limitsMs as fence } from "../../../src/run/deadline.ts";

/** What hangs one after another while an agent disarms: a shot of strace and its undo, a stopped process, busy ones, a link, a rate, and a disturbance on another interface. */
const undosMs =
  attachDeadlineMs +
  2 * detachDeadlineMs +
  signalDeadlineMs +
  busyDeadlineMs +
  batchDeadlineMs +
  routesDeadlineMs +
  2 * queueDeadlineMs +
  Math.max(drainDeadlineMs, batchDeadlineMs) +
  2 * queueDeadlineMs;
/** All tools of links at once, then nft, which is killed where it does not answer, and one that deletes its table. */
const closingMs = batchDeadlineMs + killDeadlineMs + 3 * nftDeadlineMs;

/** [who waits within, for how long at most, who waits for it, for how long]. */
const waits: readonly (readonly [string, number, string, number])[] = [
  ["a process to end", endDeadlineMs, "the answer of a shot", answer.act],
  ["a tracer to attach, and to be taken back", attachDeadlineMs + 2 * detachDeadlineMs, "the answer of a shot", answer.act],
  ["nft to answer a shot, and to take it back", 2 * nftDeadlineMs, "the answer of a shot", answer.act],
  [
    "a queue to be refused, emptied and taken away",
    queueDeadlineMs + Math.max(drainDeadlineMs, batchDeadlineMs) + 2 * queueDeadlineMs,
    "the answer of a shot",
    answer.act,
  ],
  ["the longest that packets are held back", longestWaitMs, "the emptying of a queue", drainDeadlineMs],
  ["a supervisor", backDeadlineMs, "the answer of an undo", answer.act],
  [
    "a supervisor, meanwhile the undos of all others, and the closing of the tools",
    Math.max(backDeadlineMs, undosMs) + closingMs,
    "an agent's end",
    disarmDeadlineMs,
  ],
  ["an agent that disarms", disarmDeadlineMs, "disarming", answer.disarm],
  ["processes to start", startDeadlineMs, "leaf cgroups", answer.split],
  ["k6's first sample, and its end", firstSampleDeadlineMs + k6EndDeadlineMs, "the start of probes and load", answer.observe],
  ["k6's end", k6EndDeadlineMs, "the end of probes and load", answer.quiet],
  ["a program that is read", programDeadlineMs, "an agent's digest", answer.digest],
  ["two removals in each round", sweepRounds * 2 * removalDeadlineMs, "a session's removal", sweepDeadlineMs],
  ["the start of a target", fence.start, "the first word", firstWordMs],
  ["an agent's with a silent harness", silenceMs, "the patience with a silent agent", patienceBeats * heartbeatMs],
  ["the answer of a shot", answer.act, "the fence", fence.fire],
  ["the answer of an undo", answer.act, "the fence", fence.undo],
  ["the keeper's answer", answer.keeper, "the fence", Math.min(fence.lease, fence.release)],
  ["binding and arming", answer.bind + answer.arm, "the fence", fence.arm],
  ["answering ends, and then all others", 2 * answer.observe, "the fence", fence.observe],
  ["an agent's digest, and the engine's lists", answer.digest + removalDeadlineMs, "the fence", fence.digest],
  ["the longest sample, and the end of probes", longestDeadlineMs + answer.quiet, "the fence", fence.stopObserving],
  ["disarming", answer.disarm, "the fence", fence.disarm],
  ["the agents' farewell, and a session's removal", answer.bye + sweepDeadlineMs, "the fence", fence.stop],
];

describe("deadlines", () => {
  for (const [inner, innerMs, outer, outerMs] of waits)
    it(`of ${outer} (${outerMs} ms) leave time for ${inner} (${innerMs} ms)`, () => {
      expect(innerMs).to.be.below(outerMs);
    });
});
