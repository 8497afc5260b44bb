/** The ids of a bug zoo as a user writes them. */
import { nearestName } from "../core/nearest-name.ts";
import { UserError } from "../core/user-error.ts";

/**
 * @param name of the personality
 * @param catalogue of its bug zoo
 * @throws UserError for an id that is not in it
 */
export function defectOf<Id extends string>(name: string, catalogue: Readonly<Record<Id, unknown>>, id: string): Id {
  if (Object.hasOwn(catalogue, id)) return id as Id;
  const nearest = nearestName(id, Object.keys(catalogue));
  throw new UserError(
    `${name} has no defect "${id}"`,
    nearest === undefined ? "choose one that atoll zoo lists" : `did you mean ${nearest}?`,
  );
}
