import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KOMODO_TABLES } from "./komodo-table.ts";

const page = readFileSync(new URL("../../docs/komodo.md", import.meta.url), "utf8");

it.each(Object.entries(KOMODO_TABLES))("docs/komodo.md has the %s as the monitor has them", (name, table) => {
  const marker = `<!-- ${name} -->\n\n`;
  expect(page).toContain(marker);
  expect(page.slice(page.indexOf(marker) + marker.length).split("\n\n")[0]).toBe(table);
});
