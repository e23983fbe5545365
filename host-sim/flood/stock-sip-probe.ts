import { createSocket } from "node:dgram";
import { encodeText } from "../../firmware/core/text.js";
import { stockSipPort } from "./stranger-kinds.js";

/** Whether there is a stock SIP port: it answers OPTIONS. */
export function answersStockSip(address: string): Promise<boolean> {
  const socket = createSocket("udp4");
  const head =
    "OPTIONS sip:victim SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKflood;rport\r\nMax-Forwards: 70\r\n";
  const rest =
    "From: <sip:x@127.0.0.1>;tag=1\r\nTo: <sip:victim>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
  return new Promise((resolve) => {
    const end = (answers: boolean): void => {
      clearTimeout(limit);
      socket.close();
      resolve(answers);
    };
    const limit = setTimeout(() => end(false), 1000);
    socket.once("message", () => end(true));
    socket.on("error", () => undefined);
    socket.send(encodeText(head + rest), stockSipPort, address);
  });
}
