// Secrets and configs of a Compose service that are files of the project: copied to where Compose would mount them.
import type { Copy } from "../../model/stack.ts";
import { suggestion } from "../../model/nearest.ts";
import { own } from "../../model/own.ts";
import { copyOf } from "./mounts.ts";
import type { ComposeService } from "./schema.ts";
import type { ProjectContext } from "./service.ts";

const usualFolder = { secrets: "/run/secrets/", configs: "/" } as const;

export function givenFiles(name: string, spec: ComposeService, context: ProjectContext): readonly Copy[] {
  return (["secrets", "configs"] as const).flatMap((kind) =>
    (spec[kind] ?? []).flatMap(({ source, target = source }, index) => {
      const declared = context.declared[kind] ?? {};
      const given = own(declared, source);
      if (given?.file !== undefined) {
        const path = target.startsWith("/") ? target : `${usualFolder[kind]}${target}`;
        return copyOf(given.file, path, [kind, source, "file"], context) ?? [];
      }
      const unknown = `the Compose file declares no "${source}" under ${kind}${suggestion(source, Object.keys(declared))}`;
      if (given === undefined) context.refuse(["services", name, kind, index], "invalid-value", unknown);
      else context.refuse([kind, source], "missing-option", `${source} needs the option "file"`);
      return [];
    }),
  );
}
