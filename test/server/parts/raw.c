/* raw.c - see raw.h. Answers leave in the order of arrival because the delay is
 * the same for all, so a ring of waiting connections is enough. */
#include "raw.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

enum {
    EVENTS_MAX = 256,
    READ_BYTES = 65536,
    REQUEST_BYTES_MAX = 4 << 20,
    RING = 1 << 17, /* power of two, more than connections there can be */
    TICK_MS = 100
};

struct client {
    int fd;
    struct buf pending; /* an unfinished request */
    size_t unsent;      /* bytes of the answer still to go */
    size_t owed;        /* answers waiting for their time */
    bool closed;
};

struct turn {
    struct client *client;
    int64_t due_ms;
};

struct raw {
    int epoll;
    str answer;
    int64_t delay_ms, now_ms;
    struct turn *ring; /* owned */
    size_t head, tail;
    char read_buffer[READ_BYTES];
};

/* Frees once no answer waits for it any more. */
static void drop(struct client *c)
{
    if (!c->closed) {
        c->closed = true;
        close(c->fd);
    }
    if (c->owed)
        return;
    buf_release(&c->pending);
    free(c);
}

static void watch(struct raw *raw, struct client *c, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    epoll_ctl(raw->epoll, EPOLL_CTL_MOD, c->fd, &event);
}

static void send_answer(struct raw *raw, struct client *c)
{
    if (c->closed)
        return;
    size_t total = raw->answer.len;
    if (c->unsent == 0)
        c->unsent = total;
    const char *from = raw->answer.ptr + (total - c->unsent);
    ssize_t n = send(c->fd, from, c->unsent, MSG_NOSIGNAL);
    if (n > 0)
        c->unsent -= (size_t)n;
    if (c->unsent)
        watch(raw, c, EPOLLOUT);
}

static void answer_later(struct raw *raw, struct client *c)
{
    if (raw->delay_ms == 0) {
        send_answer(raw, c);
        return;
    }
    assert(raw->tail - raw->head < RING);
    raw->ring[raw->tail++ % RING] =
        (struct turn){c, raw->now_ms + raw->delay_ms};
    c->owed++;
}

static void answer_due(struct raw *raw)
{
    while (raw->head != raw->tail) {
        struct turn *turn = &raw->ring[raw->head % RING];
        if (turn->due_ms > raw->now_ms)
            return;
        raw->head++;
        turn->client->owed--;
        if (turn->client->closed)
            drop(turn->client);
        else
            send_answer(raw, turn->client);
    }
}

/* Length of the first whole request, or 0. */
static size_t whole_request(str s)
{
    size_t end = str_find(s, STR("\r\n\r\n"), 0);
    if (end == STR_NONE)
        return 0;
    size_t body = 0;
    str rest = str_slice(s, 0, end), line, name, value;
    while (str_next(&rest, '\n', &line)) {
        int64_t length;
        if (str_cut(line, ':', &name, &value) &&
            str_equal_ignore_case(name, STR("content-length")) &&
            str_to_int(str_trim(value), &length) && length >= 0)
            body = (size_t)length;
    }
    return end + 4 + body <= s.len ? end + 4 + body : 0;
}

static void take_bytes(struct raw *raw, struct client *c, str bytes)
{
    if (c->pending.len) {
        buf_add(&c->pending, bytes);
        bytes = buf_str(&c->pending);
    }
    size_t used = 0;
    for (size_t n; (n = whole_request(str_slice(bytes, used, bytes.len)));) {
        used += n;
        answer_later(raw, c);
    }
    str rest = str_slice(bytes, used, bytes.len);
    if (c->pending.len) {
        if (rest.len)
            memmove(c->pending.ptr, rest.ptr, rest.len);
        buf_truncate(&c->pending, rest.len);
    } else if (rest.len) {
        buf_add(&c->pending, rest);
    }
}

static void serve_client(struct raw *raw, struct client *c, uint32_t events)
{
    if (events & EPOLLOUT) {
        send_answer(raw, c);
        if (c->unsent == 0)
            watch(raw, c, EPOLLIN);
        return;
    }
    ssize_t n = recv(c->fd, raw->read_buffer, READ_BYTES, 0);
    if (n > 0)
        take_bytes(raw, c, str_make(raw->read_buffer, (size_t)n));
    if (n == 0 || (n < 0 && errno != EAGAIN) || c->pending.full)
        drop(c);
}

static void accept_all(struct raw *raw, int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        struct client *c = mem_zero(1, sizeof *c);
        c->fd = fd;
        buf_init(&c->pending, REQUEST_BYTES_MAX);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(raw->epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

void raw_serve(int listener, str answer, int64_t delay_ms, int64_t seconds)
{
    struct raw *raw = mem_zero(1, sizeof *raw);
    raw->epoll = epoll_create1(EPOLL_CLOEXEC);
    raw->answer = answer;
    raw->delay_ms = delay_ms;
    raw->ring = mem_alloc(RING * sizeof *raw->ring);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(raw->epoll, EPOLL_CTL_ADD, listener, &event);
    int64_t end_ms = clock_now_ms() + seconds * 1000;
    while ((raw->now_ms = clock_now_ms()) < end_ms) {
        struct epoll_event events[EVENTS_MAX];
        int64_t wait = TICK_MS;
        if (raw->head != raw->tail)
            wait = raw->ring[raw->head % RING].due_ms - raw->now_ms;
        wait = wait < 0 ? 0 : wait > TICK_MS ? TICK_MS : wait;
        int count = epoll_wait(raw->epoll, events, EVENTS_MAX, (int)wait);
        raw->now_ms = clock_now_ms();
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr)
                serve_client(raw, events[i].data.ptr, events[i].events);
            else
                accept_all(raw, listener);
        }
        answer_due(raw);
    }
    close(raw->epoll);
    free(raw->ring);
    free(raw);
}
