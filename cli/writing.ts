/** Why something that the user named cannot be written, in two lines. */
import { UserError } from "../core/user-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "the directory above it does not exist",
  ENOTDIR: "what is above it is no directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "the name is too long",
  ENXIO: "nobody reads it",
};

/**
 * @param what "--out results"
 * @param noun what the user can name instead: "file"
 * @throws UserError for a failure of the file system
 */
export function attemptToWrite<T>(what: string, noun: "file" | "directory", action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${what} cannot be written: ${REASONS[code] ?? message}`,
      `name a ${noun} in a directory that exists and that you may write to`,
    );
  }
}
