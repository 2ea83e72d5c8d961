# Text that leaves a host, without secrets.
# shellcheck shell=sh

# masked_tokens: standard input without tokens, passwords in URLs, and what stands after words that sound like a secret. K3s writes the keys that it
# encrypts secrets with into its journal when they are rotated.
masked_tokens() {
  sed -E \
    -e "s/K10[0-9a-fA-F]*::[^[:space:]\"']*/K10***/g" \
    -e 's#://[^/[:space:]]*@#://***@#g' \
    -e "s/[^[:space:]\"'\/]*:[^[:space:]\"'\/]*@tcp\(/***@tcp(/g" \
    -e 's/^([[:space:]-]*"?[A-Za-z0-9_.-]*([Tt][Oo][Kk][Ee][Nn]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Pp][Aa][Ss][Ss]|[Kk][Ee][Yy]|[Aa][Uu][Tt][Hh])[A-Za-z0-9_.-]*"?[[:space:]]*[:=])[[:space:]]*[^[:space:]].*$/\1 ***/' \
    -e 's/(--?[a-z0-9-]*(token|secret|password|key)[= ])[^[:space:]]*/\1***/g' \
    -e 's/(([Tt]oken|[Ss]ecret|[Pp]assword)"?[=:] *"?)[^[:space:]",]+/\1***/g' \
    -e 's/((secrets-encryption|aescbc|secretbox) key: ).*/\1***/' \
    -e 's/([Bb]earer )[A-Za-z0-9._-]*/\1***/g'
}
