// `embedded:network/interface/wifi`: a station. `connection` is 200 idle, 300 connecting, 400 associated, 500 with an
// address; `onChanged` gets "connection" or "address".
class WiFi @ "xs_wifi_destructor" {
  constructor(options) @ "xs_wifi_constructor";
  close() @ "xs_wifi_close";
  connect(options) @ "xs_wifi_connect";
  disconnect() @ "xs_wifi_disconnect";
  scan(options) @ "xs_wifi_scan";
  configure(options) @ "xs_wifi_configure";
  get connection() @ "xs_wifi_get_connection";
  get address() @ "xs_wifi_get_address";
  get MAC() @ "xs_wifi_get_MAC";
  get SSID() @ "xs_wifi_get_SSID";
  get BSSID() @ "xs_wifi_get_BSSID";
  get RSSI() @ "xs_wifi_get_RSSI";
  get channel() @ "xs_wifi_get_channel";
}

export default WiFi;
