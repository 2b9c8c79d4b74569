// Makes dist/licenses.txt, served as /admin/licenses: the notices of everything of others that is in the binary. Of npm's packages Vite has
// written down those that are bundled; of the C++ libraries that are compiled in they are kept in notices_of_libraries.txt.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const at = (name) => new URL(name, import.meta.url);
const bundled = JSON.parse(readFileSync(at('dist/licenses.json'), 'utf8'));
const rule = `\n${'-'.repeat(80)}\n\n`;

// Many packages have the same text: it is said once, below the names of all of them.
const byText = new Map();
for (const { name, version, identifier, text } of bundled) {
  const notice = (text ?? `Licensed under ${identifier}.`).replace(/\r\n/g, '\n').trim();
  byText.set(notice, [...(byText.get(notice) ?? []), `${name} ${version} (${identifier})`]);
}
const parts = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
const introduction = 'billing is licensed under the Apache License 2.0. It contains software of others, under the licenses below.\n';
writeFileSync(at('dist/licenses.txt'), [introduction, readFileSync(at('notices_of_libraries.txt'), 'utf8'), ...parts].join(rule));
rmSync(at('dist/licenses.json'));
