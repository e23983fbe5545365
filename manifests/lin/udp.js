/**
 * `embedded:io/socket/udp` on Linux: the SDK's socket, which knows neither groups nor broadcasts. What is meant for
 * either is not sent, so that a phone under test speaks to nobody; the rest stays on this machine.
 */
import Socket from "lin/udp-socket";

class UDP extends Socket {
  add() {}
  remove() {}

  write(bytes, address, port) {
    if (address.startsWith("127.") && !address.endsWith(".255")) super.write(bytes, address, port);
  }
}

export default UDP;
