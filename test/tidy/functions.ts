// The length of every function, by the compiler's own parser: a regular expression cannot tell where a function ends.
import { API } from "typescript/unstable/sync";
import { createVirtualFileSystem } from "typescript/unstable/fs";
import {
  isBlock,
  isCallExpression,
  isExpressionStatement,
  isFunctionLikeDeclaration,
  isIdentifier,
  type Node,
} from "typescript/unstable/ast";
import type { SourceFile } from "./checks.ts";

const longest = 70;

export function functionFaults(files: readonly SourceFile[]): readonly string[] {
  const config = JSON.stringify({ compilerOptions: { noLib: true, noResolve: true, types: [] }, files: files.map(({ path }) => path) });
  const api = new API({
    cwd: "/",
    fs: createVirtualFileSystem({
      "/tsconfig.json": config,
      ...Object.fromEntries(files.map(({ path, text }) => [`/${path}`, text])),
    }),
  });
  try {
    const [project] = api.updateSnapshot({ openProjects: ["/tsconfig.json"] }).getProjects();
    return files.flatMap(({ path, text }) => {
      const tree = project?.program.getSourceFile(`/${path}`);
      if (!tree) throw new Error(`the parser did not read ${path}`);
      return tooLong(tree, text).map((found) => `${path}:${found.line}: a function of ${found.lines} lines, at most ${longest}`);
    });
  } finally {
    api.close();
  }
}

interface Long {
  readonly line: number;
  readonly lines: number;
}

function tooLong(node: Node, text: string): readonly Long[] {
  const inner: Long[] = [];
  node.forEachChild((child) => void inner.push(...tooLong(child, text)));
  if (!isFunctionLikeDeclaration(node) || isList(node)) return inner;
  const line = lineAt(text, node.getStart());
  const lines = lineAt(text, node.getEnd()) - line + 1;
  return lines > longest ? [{ line, lines }, ...inner] : inner;
}

/** A function that registers tests is a list of them, each a function of its own. */
function isList({ body }: { readonly body?: Node | undefined }): boolean {
  if (body === undefined || !isBlock(body)) return false;
  return body.statements.some(
    (statement) =>
      isExpressionStatement(statement) &&
      isCallExpression(statement.expression) &&
      isIdentifier(statement.expression.expression) &&
      statement.expression.expression.text === "it",
  );
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;
