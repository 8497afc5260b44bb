/** What a user names: houses, and mistakes as ID or HOUSE:ID. */
import { UserError } from "../../core/user-error.ts";
import { allHouses, HOUSES } from "../../zoo/catalogue.ts";
import type { House } from "../../zoo/house.ts";
import { choose } from "../command-line.ts";

/** Mistakes of one house. */
export interface Inmates {
  readonly house: House;
  readonly ids: readonly string[];
}

/** @param name undefined for all. @throws UserError */
export async function housesNamed(name: string | undefined): Promise<readonly House[]> {
  if (name === undefined) return await allHouses();
  const load = Object.hasOwn(HOUSES, name) ? HOUSES[name] : undefined;
  if (load === undefined) throw new UserError(`the zoo has no house "${name}"`, choose(name, Object.keys(HOUSES)));
  return [await load()];
}

/** @param names none for all mistakes of the houses. @throws UserError for one that there is not, or in several houses */
export function inmatesNamed(houses: readonly House[], names: readonly string[]): readonly Inmates[] {
  if (names.length === 0) return houses.map((house) => ({ house, ids: Object.keys(house.defects) }));
  const found = names.map((name) => inmate(houses, name));
  return houses
    .map((house) => ({ house, ids: found.filter((one) => one.house === house).map(({ id }) => id) }))
    .filter(({ ids }) => ids.length > 0);
}

function inmate(houses: readonly House[], name: string): { readonly house: House; readonly id: string } {
  const [prefix, rest] = name.includes(":") ? (name.split(":", 2) as [string, string]) : [undefined, name];
  const id = rest.toUpperCase();
  const of = houses.filter((house) => prefix === undefined || house.name === prefix);
  const [first, second] = of.filter((house) => Object.hasOwn(house.defects, id));
  if (first === undefined) {
    const reason = of.map(({ absent }) => absent[id]).find((text) => text !== undefined);
    if (reason !== undefined)
      throw new UserError(`${name} cannot be made here: ${reason}`, "atoll zoo lists what can be made");
    throw new UserError(`the zoo has no ${name}`, "atoll zoo lists all ids");
  }
  if (second !== undefined)
    throw new UserError(`${name} is in several houses`, `write ${first.name}:${id} or ${second.name}:${id}`);
  return { house: first, id };
}

/** @throws UserError for a detector that none of the houses has */
export function checkDetectors(inmates: readonly Inmates[], names: readonly string[]): void {
  const known = [...new Set(inmates.flatMap(({ house }) => house.detectors.map(({ name }) => name)))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError(`there is no detector "${unknown}"`, choose(unknown, known));
}
