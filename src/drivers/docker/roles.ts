// Brings each role to the replica that the plan says, before a run: "the leader is etcd-1" is made true and verified, never assumed.
import type { Role } from "../../model/stack.ts";
import { PlanefaultError } from "../../model/error.ts";
import { poll } from "./engine.ts";
import { execute } from "./exec.ts";
import type { SessionContext } from "./session-context.ts";
import type { RunningStack } from "./start-stack.ts";

const deadlineMs = 30_000;
const execDeadlineMs = 10_000;

export async function bringRole(context: SessionContext, running: RunningStack, role: Role): Promise<void> {
  const at = running.components.get(role.at);
  if (!at)
    throw new PlanefaultError("target", `role ${role.name} belongs on ${role.at}, which does not run`, {
      hint: `the replicas of ${role.of} are named ${role.of}-1, ${role.of}-2, ...`,
    });
  const run = async (argv: readonly string[]): Promise<string> =>
    (await execute(context.engine, at.container.id, argv, execDeadlineMs)).output.trim();
  let seen = "";
  let said = "";
  await poll(
    deadlineMs,
    200,
    async () => {
      seen = await run(role.exec);
      if (seen === role.expect) return true;
      if (role.bring) said = await run(role.bring);
      return undefined;
    },
    async () =>
      new PlanefaultError(
        "target",
        `waited ${deadlineMs} ms for ${role.at} to have the role ${role.name}: "${role.exec.join(" ")}" printed "${seen}" instead of "${role.expect}"${said === "" ? "" : `, and "${role.bring?.join(" ")}" said "${said}"`}`,
        {
          hint: role.bring ? "is the cluster healthy?" : "the role has no `bring`, so it can only be waited for",
        },
      ),
  );
}
