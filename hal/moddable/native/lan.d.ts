/** What the SDK's Wi-Fi module does not tell. */
declare module "muster/lan" {
  /** The netmask of the phone's network, "255.255.255.0"; `undefined` while there is none. */
  export function netmask(): string | undefined;
}
