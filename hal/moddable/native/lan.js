export function netmask() @ "xs_muster_lan_netmask";
