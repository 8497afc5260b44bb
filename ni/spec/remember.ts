/**
 * Answers about immutable values are computed once a value: parts of a monitor's state are shared by thousands of worlds.
 * Enumerating owners and enclaves anew for each observation took half of a search.
 */
export function remembering<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = { value: compute(key) };
      known.set(key, found);
    }
    return found.value;
  };
}
