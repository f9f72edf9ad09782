/* digest.h - SHA-256, for names that must not change and cannot collide.
 *
 *     str hex = digest_sha256(bytes, &arena);     // 64 lower-case hex digits
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/arena.h"

str digest_sha256(str bytes, struct arena *arena);

#endif
