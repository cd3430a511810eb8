--- Makes a certificate authority, and certificates that it signs for a server,
-- localhost, and for a client.

local command = require "spec.support.command"

local SCRIPT = [[
set -e
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
  -days 2 -subj "/CN=Sandbox CA" -keyout ca.key -out ca.pem
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  printf '%s\n' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial \
    -days 2 -extfile "$1.ext" -out "$1.pem"
}
sign server localhost "subjectAltName=DNS:localhost,IP:127.0.0.1"
sign client client "extendedKeyUsage=clientAuth"
]]

local certificates = {}

--- Writes ca.pem, server.pem, server.key, client.pem and client.key to a
-- folder.
function certificates.write(folder)
  command.check("cd " .. command.quote(folder) .. " && " .. SCRIPT)
end

return certificates
