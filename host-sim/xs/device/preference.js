// `preference`: values that stay. boolean, integer of 32 bits, string, or ArrayBuffer; nothing else.
class Preference {
  static set(domain, key, value) @ "xs_preference_set";
  static get(domain, key) @ "xs_preference_get";
  static delete(domain, key) @ "xs_preference_delete";
  static keys(domain) @ "xs_preference_keys";
}

export default Preference;
