#pragma once
// Its checks of variadic calls are macros around the names, which the table below takes by themselves.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>

// What is called of libcurl. It is found when something is first sent and not when a program starts: with what it needs itself libcurl is
// thirty libraries, whose loading would cost a program that sends nothing 9 ms each time.
struct bailey_curl {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_reset) *easy_reset;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_easy_perform) *easy_perform;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_url) *url;
    __typeof__(curl_url_cleanup) *url_cleanup;
    __typeof__(curl_url_set) *url_set;
    __typeof__(curl_url_get) *url_get;
    __typeof__(curl_free) *free;
};

// Fills the table and makes libcurl ready. Null, or why it cannot be used (dlerror(3)).
static inline const char *bailey_curl_load(struct bailey_curl *curl) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
#define BAILEY_CURL_FIND(member)                                                                                       \
    curl->member = (__typeof__(curl->member))dlsym(library, "curl_" #member);                                          \
    if (!curl->member) return dlerror()
    BAILEY_CURL_FIND(global_init);
    BAILEY_CURL_FIND(easy_init);
    BAILEY_CURL_FIND(easy_cleanup);
    BAILEY_CURL_FIND(easy_reset);
    BAILEY_CURL_FIND(easy_setopt);
    BAILEY_CURL_FIND(easy_getinfo);
    BAILEY_CURL_FIND(easy_perform);
    BAILEY_CURL_FIND(slist_append);
    BAILEY_CURL_FIND(slist_free_all);
    BAILEY_CURL_FIND(url);
    BAILEY_CURL_FIND(url_cleanup);
    BAILEY_CURL_FIND(url_set);
    BAILEY_CURL_FIND(url_get);
    BAILEY_CURL_FIND(free);
#undef BAILEY_CURL_FIND
    return curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : "libcurl could not be made ready";
}

// curl_easy_setopt is variadic: one function a kind of value.
static inline CURLcode bailey_curl_set_number(const struct bailey_curl *curl, CURL *handle, CURLoption option, long value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode bailey_curl_set_size(const struct bailey_curl *curl, CURL *handle, CURLoption option, curl_off_t value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode bailey_curl_set_text(const struct bailey_curl *curl, CURL *handle, CURLoption option, const char *value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode bailey_curl_set_pointer(const struct bailey_curl *curl, CURL *handle, CURLoption option, void *value) {
    return curl->easy_setopt(handle, option, value);
}

typedef size_t bailey_curl_callback(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode bailey_curl_set_callback(const struct bailey_curl *curl, CURL *handle, CURLoption option,
                                                bailey_curl_callback *callback) {
    return curl->easy_setopt(handle, option, callback);
}

// The status of the last answer, by HTTP or SMTP; 0 when there was none.
static inline long bailey_curl_status(const struct bailey_curl *curl, CURL *handle) {
    long status = 0;
    return curl->easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}
