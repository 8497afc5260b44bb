/** The catalogue, for people and as JSON. */
import type { House } from "../../zoo/house.ts";
import { formatCount } from "../quantities.ts";
import { print, printJson, styledData, table } from "../terminal.ts";

export function printCatalogue(houses: readonly House[], isJson: boolean): void {
  if (isJson) {
    printJson(
      houses.map(({ name, defects, absent, detectors }) => ({
        name,
        defects,
        absent,
        detectors: detectors.map((one) => one.name),
      })),
    );
    return;
  }
  let total = 0;
  for (const { name, defects, absent, detectors } of houses) {
    const entries = Object.entries(defects);
    total += entries.length;
    print(
      `${styledData("bold", name)}: ${entries.length} mistakes; detectors ${detectors.map((one) => one.name).join(", ")}`,
    );
    const rows = entries.map(([id, { what, killedBy, source }]) => [
      `  ${id}`,
      killedBy.join(" "),
      `${what} (${source})`,
    ]);
    for (const row of table(rows)) print(row);
    const missing = Object.entries(absent).map(([id, why]) => [`  ${id}`, `not here: ${why}`]);
    for (const row of table(missing)) print(row);
    print();
  }
  print(`${formatCount(total)} mistakes; atoll zoo HOUSE:ID hunts one, atoll zoo --matrix all`);
}
