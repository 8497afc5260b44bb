/** AssemblyScript's integer names for the files that tsc compiles too. */
type u32 = number;
type i64 = number;
