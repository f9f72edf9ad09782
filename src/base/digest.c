/* digest.c - see digest.h. */
#include "base/digest.h"

#include <openssl/evp.h>

str digest_sha256(str bytes, struct arena *arena)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_Digest(bytes.ptr, bytes.len, digest, &len, EVP_sha256(), NULL);
    char *hex = arena_alloc(arena, 2 * (size_t)len + 1);
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < len; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return str_make(hex, 2 * (size_t)len);
}
