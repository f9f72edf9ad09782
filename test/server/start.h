/* start.h - starts the test endpoint beside a test program.
 *
 *     struct server_process s = server_start("--script", path, NULL);
 *     … http://127.0.0.1:<s.port>/v1 …
 *     server_stop(&s);
 *
 * The program is found beside the test: build/<variant>/test/server. It ends
 * with the test, at the latest after its own --seconds.
 */
#ifndef SERVER_START_H
#define SERVER_START_H

#include <assert.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct server_process {
    pid_t pid;
    int port;
};

static inline void server_path(char *path, size_t bytes)
{
    char self[PATH_MAX] = "";
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert(n > 0);
    char *room = strstr(self, "/test/");
    if (!room)
        room = strstr(self, "/bench/");
    assert(room);
    *room = '\0';
    snprintf(path, bytes, "%s/test/server/testserver", self);
}

__attribute__((sentinel)) static inline struct server_process server_start(
    const char *first, ...)
{
    char path[PATH_MAX + 64];
    const char *words[32] = {path};
    size_t count = 1;
    server_path(path, sizeof path);
    va_list more;
    va_start(more, first);
    for (const char *w = first; w && count < 31; w = va_arg(more, const char *))
        words[count++] = w;
    va_end(more);
    int out[2];
    if (pipe(out) != 0)
        abort();
    struct server_process s = {.pid = fork()};
    if (s.pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        close(out[1]);
        execv(path, (char *const *)(uintptr_t)words);
        _exit(127);
    }
    close(out[1]);
    FILE *from = fdopen(out[0], "r");
    if (!from || fscanf(from, "port %d", &s.port) != 1) {
        fprintf(stderr, "%s did not start; run `make test-programs`\n", path);
        abort();
    }
    fclose(from);
    return s;
}

static inline void server_stop(struct server_process *s)
{
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    s->pid = 0;
}

#endif
