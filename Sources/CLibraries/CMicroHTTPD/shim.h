#pragma once
#include <microhttpd.h>

// Paths are decoded by who routes them, once and strictly; the library would do it before, and let pass what is none.
static inline size_t bailey_mhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return __builtin_strlen(text);
}

// What one daemon is made with.
struct bailey_mhd_settings {
    void *context;
    int listening_socket;
    unsigned int connection_limit;
    unsigned int idle_seconds;
    size_t memory_per_connection;
    MHD_AccessHandlerCallback answer;
    void *(*begin)(void *context, const char *uri, struct MHD_Connection *connection);
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection_changed;
};

// MHD_start_daemon is variadic. One thread waits with epoll for all connections; requests are answered on others, while the connection
// is suspended. Signals are the program's own business.
static inline struct MHD_Daemon *bailey_mhd_start(const struct bailey_mhd_settings *settings) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, settings->answer, settings->context,
        MHD_OPTION_LISTEN_SOCKET, settings->listening_socket, MHD_OPTION_CONNECTION_LIMIT, settings->connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        settings->memory_per_connection, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, bailey_mhd_keep_escapes, NULL, MHD_OPTION_URI_LOG_CALLBACK, settings->begin,
        settings->context, MHD_OPTION_NOTIFY_COMPLETED, settings->completed, settings->context,
        MHD_OPTION_NOTIFY_CONNECTION, settings->connection_changed, settings->context, MHD_OPTION_END);
}

// MHD_get_connection_info is variadic; -1 where there is none.
static inline int bailey_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline void *bailey_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

// A constant that is a cast, which Swift cannot import.
static inline struct MHD_Response *bailey_mhd_response(size_t size, const void *bytes) {
    return MHD_create_response_from_buffer(size, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

// Imported as a case without a name that Swift finds.
static const unsigned int bailey_mhd_started = MHD_CONNECTION_NOTIFY_STARTED;
