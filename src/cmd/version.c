/* version.c - `anamnesis version`: what is inside. */
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <hs/hs.h>
#include <libxml/xmlversion.h>
#include <microhttpd.h>
#include <pcre2.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unicode/uversion.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>

#include "base/json.h"
#include "base/version.h"
#include "cmd/cmd.h"

struct library {
    const char *name;
    const char *version;
};

static const char *cpu_features(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        return "avx512f avx2 sse4.2";
    if (__builtin_cpu_supports("avx2"))
        return "avx2 sse4.2";
    return __builtin_cpu_supports("sse4.2") ? "sse4.2" : "baseline";
}

static int run(const struct args *args)
{
    char pcre[64] = "";
    pcre2_config(PCRE2_CONFIG_VERSION, pcre);
    const struct library libraries[] = {{"libcurl", curl_version()},
                                        {"cJSON", cJSON_Version()},
                                        {"libyaml", yaml_get_version_string()},
                                        {"PCRE2", pcre},
                                        {"vectorscan", hs_version()},
                                        {"ICU", U_ICU_VERSION},
                                        {"SQLite", sqlite3_libversion()},
                                        {"zlib", zlibVersion()},
                                        {"zstd", ZSTD_versionString()},
                                        {"libxml2", LIBXML_DOTTED_VERSION},
                                        {"libmicrohttpd", MHD_get_version()}};
    size_t count = sizeof libraries / sizeof *libraries;
    struct buf out;
    buf_init(&out, 1 << 16);
    if (opt_has(args, "json")) {
        struct json_out j = json_out(&out);
        json_begin(&j, '{');
        json_add_str(&j, "version", STR(ANAMNESIS_VERSION));
        json_add_str(&j, "cpu", str_of(cpu_features()));
        json_key(&j, "libraries");
        json_begin(&j, '{');
        for (size_t i = 0; i < count; i++) {
            json_key(&j, libraries[i].name);
            json_put_str(&j, str_of(libraries[i].version));
        }
        json_end(&j, '}');
        json_end(&j, '}');
        buf_add_char(&out, '\n');
    } else {
        buf_printf(&out, "anamnesis %s\ncpu: %s\n", ANAMNESIS_VERSION,
                   cpu_features());
        for (size_t i = 0; i < count; i++)
            buf_printf(&out, "%s: %s\n", libraries[i].name,
                       libraries[i].version);
    }
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    return EXIT_STATUS_DONE;
}

const struct command cmd_version = {
    .name = "version",
    .operands = "",
    .summary = "version, libraries and CPU features",
    .run = run,
};
