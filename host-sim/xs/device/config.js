// `mc/config`: a frozen object of strings, as mcconfig makes it from the manifests' `config` and its command line.
function values() @ "xs_config_values";

export default Object.freeze(values());
