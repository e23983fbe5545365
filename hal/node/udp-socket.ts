import { createSocket, type Socket } from "node:dgram";

/** Past so many bytes in the kernel's queue nothing more is sent. */
export const sendQueueBytesMax = 1_000_000;
/** What the kernel keeps of what arrives until it is read. */
export const kernelBufferBytes: number = 512 * 1024;

/**
 * A socket bound at once; throws an Error with a plain sentence where that is impossible. Its own `lookup` makes `bind`
 * and `send` act without waiting: addresses here are never names. `shared`: other sockets may have the port number.
 */
export function boundSocket(address: string, port: number, shared: boolean): Socket {
  const socket = createSocket({
    type: "udp4",
    reuseAddr: shared,
    lookup: (name, _options, done) => done(null, name, 4),
  });
  const outcome: { listening: boolean; problem?: Error } = { listening: false };
  const noteProblem = (error: Error): void => void (outcome.problem = error);
  socket.on("error", noteProblem);
  socket.once("listening", () => (outcome.listening = true));
  socket.bind({ address, port, exclusive: true });
  checkBound(socket, outcome, `port ${port} of ${address}`);
  socket.off("error", noteProblem);
  return socket;
}

function checkBound(socket: Socket, outcome: { listening: boolean; problem?: Error }, what: string): void {
  if (outcome.listening) return;
  socket.close();
  throw new Error(`cannot open ${what}: ${outcome.problem?.message ?? "not bound"}`);
}
