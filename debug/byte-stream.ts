/** What a debugger session needs of a connection: a socket behind it in the command, memory in a test. */
export interface ByteStream {
  /** What has come; waits for it if nothing has. @returns undefined when the other side is gone */
  read(): Promise<Uint8Array | undefined>;
  /** What has come until now, without waiting; undefined when the other side is gone. */
  poll(): Uint8Array | undefined;
  write(bytes: Uint8Array): void;
  /** What was written still goes out. */
  close(): void;
}
