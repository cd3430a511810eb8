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
  echo "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial \
    -days 2 -extfile "$1.ext" -out "$1.pem"
}
sign server localhost "subjectAltName=DNS:localhost,IP:127.0.0.1"
sign client client "extendedKeyUsage=clientAuth"
]]

-- Copies those that the first of several processes made, for which the others
-- wait; their folder takes its name once they are all in it. Another user
-- makes others.
local SHARED = [[
set -e
make() (%s)
if ! [ -e "$SPEC_CERTIFICATES" ]; then
  (umask 022; : >>"$SPEC_CERTIFICATES.lock") 2>/dev/null || :
  {
    flock 9
    if ! [ -e "$SPEC_CERTIFICATES" ]; then
      made=$(mktemp -d)
      (cd "$made" && make)
      mv -T "$made" "$SPEC_CERTIFICATES"
    fi
  } 9<"$SPEC_CERTIFICATES.lock"
fi
if [ -r "$SPEC_CERTIFICATES" ]; then
  cp -p "$SPEC_CERTIFICATES"/* .
else
  make
fi
]]

local certificates = {}

--- Writes ca.pem, server.pem, server.key, client.pem and client.key to a
-- folder. The specs of a run share them, because run.sh names a folder for
-- them in SPEC_CERTIFICATES.
-- @param own true: makes new ones
function certificates.write(folder, own)
  local is_shared = os.getenv "SPEC_CERTIFICATES" and not own
  command.check("cd " .. command.quote(folder) .. " && "
    .. (is_shared and SHARED:format(SCRIPT) or SCRIPT))
end

return certificates
