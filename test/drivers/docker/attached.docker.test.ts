// The stream of a container that never started.
import { expect } from "chai";
import { startContainer } from "../../../src/drivers/docker/containers.ts";
import { connectEngine } from "../../../src/drivers/docker/engine.ts";
import { labelsOf } from "../../../src/drivers/docker/labels.ts";
import { ensure } from "../../../src/setup/ensure.ts";
import { eventually } from "../../agent/agent-container.ts";

const pipes = (): number => process.getActiveResourcesInfo().filter((name) => name === "PipeWrap").length;

describe("a container with a stream that cannot start", function () {
  this.timeout(120_000);

  it("keeps nothing of ours open, so that the program can end", async () => {
    const { toolbox = "" } = await ensure({ engine: true, toolbox: true });
    const engine = await connectEngine();
    const name = `pf-attached-${process.pid}`;
    const before = pipes();
    const real = engine.docker.getContainer.bind(engine.docker);
    // As where a session is closed while its target starts.
    engine.docker.getContainer = (id) => {
      const container = real(id);
      const attach = async (options: object): Promise<NodeJS.ReadWriteStream> => {
        const stream = await real(id).attach(options);
        await real(id).remove({ force: true });
        return stream;
      };
      return Object.assign(container, { attach });
    };
    try {
      const labels = labelsOf("attached", "attached", "component", "attached");
      const spec = { name, image: toolbox, labels, capabilities: [], attach: true, command: ["node"] };
      const refused: unknown = await startContainer(engine, spec).catch(String);
      expect(refused).to.contain(`${name} did not start`);
    } finally {
      engine.docker.getContainer = real;
    }
    await eventually("its pipe to be closed", 10_000, () => pipes() <= before);
  });
});
