/* job.c - see job.h. */
#include "generate/job.h"

#include <openssl/evp.h>

void job_init(struct job *job)
{
    *job = (struct job){.state = STATE_PLANNED};
    arena_init(&job->arena);
    vec_init(&job->history, sizeof(struct turn));
}

void job_release(struct job *job)
{
    vec_release(&job->history);
    arena_release(&job->arena);
}

str sha256_hex(str bytes, struct arena *arena)
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
