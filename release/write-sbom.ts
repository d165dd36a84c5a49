// Called by `prepack`: puts the list of all that comes along with planefault into the folder that is packed.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { type Bom, withoutChance } from "./sbom.ts";

const made = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
  timeout: 60_000,
});
mkdirSync("dist", { recursive: true });
writeFileSync("dist/sbom.cdx.json", `${JSON.stringify(withoutChance(JSON.parse(made) as Bom), undefined, 2)}\n`);
