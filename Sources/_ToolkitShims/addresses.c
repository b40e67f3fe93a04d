// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "toolkit_shims.h"

_Static_assert(sizeof(struct sockaddr_storage) <= TOOLKIT_ADDRESS_MAX, "an address fits its slot");

const int toolkit_resolve_no_name = EAI_NONAME;

int toolkit_resolve_is_temporary(int resolver_code) {
    return resolver_code == EAI_AGAIN || resolver_code == EAI_MEMORY || resolver_code == EAI_SYSTEM;
}

int toolkit_resolve(
    const char *host, uint16_t port, int numeric_only, uint8_t *out, size_t *lengths, size_t slots, int *resolver_code) {
    struct addrinfo hints = {0};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_protocol = IPPROTO_TCP;
    hints.ai_flags = AI_NUMERICSERV | (numeric_only ? AI_NUMERICHOST : 0);
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port);

    struct addrinfo *found = NULL;
    int code = getaddrinfo(host, service, &hints, &found);
    if (code != 0) {
        *resolver_code = code;
        return -1;
    }
    size_t count = 0;
    for (struct addrinfo *entry = found; entry != NULL && count < slots; entry = entry->ai_next) {
        if (entry->ai_addrlen > TOOLKIT_ADDRESS_MAX) { continue; }
        memcpy(out + count * TOOLKIT_ADDRESS_MAX, entry->ai_addr, entry->ai_addrlen);
        lengths[count++] = entry->ai_addrlen;
    }
    freeaddrinfo(found);
    return (int)count;
}

const char *toolkit_resolve_error_text(int resolver_code) { return gai_strerror(resolver_code); }

size_t toolkit_unix_path_limit(void) { return sizeof(((struct sockaddr_un *)0)->sun_path) - 1; }

int toolkit_unix_address(const char *path, size_t path_length, uint8_t *out) {
    if (path_length > toolkit_unix_path_limit()) { return -ENAMETOOLONG; }
    struct sockaddr_un address = {0};
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path, path_length);
    memcpy(out, &address, sizeof address);
    return (int)(offsetof(struct sockaddr_un, sun_path) + path_length + 1);
}

int toolkit_address_family(const uint8_t *address, size_t length) {
    struct sockaddr_storage storage = {0};
    if (length > sizeof storage) { return 0; }
    memcpy(&storage, address, length);
    return storage.ss_family == AF_INET ? 4 : storage.ss_family == AF_INET6 ? 6 : 0;
}

void toolkit_address_set_port(uint8_t *address, size_t length, uint16_t port) {
    uint16_t in_order = htons(port);
    switch (toolkit_address_family(address, length)) {
    case 4:
        memcpy(address + offsetof(struct sockaddr_in, sin_port), &in_order, sizeof in_order);
        break;
    case 6:
        memcpy(address + offsetof(struct sockaddr_in6, sin6_port), &in_order, sizeof in_order);
        break;
    default:
        break;
    }
}

int toolkit_address_text(
    const uint8_t *address, size_t length, char *host, size_t capacity, uint16_t *port) {
    struct sockaddr_storage storage = {0};
    if (length > sizeof storage || capacity == 0) { return 0; }
    memcpy(&storage, address, length);
    host[0] = 0;
    *port = 0;
    switch (storage.ss_family) {
    case AF_INET:
        *port = ntohs(((const struct sockaddr_in *)&storage)->sin_port);
        break;
    case AF_INET6:
        *port = ntohs(((const struct sockaddr_in6 *)&storage)->sin6_port);
        break;
    case AF_UNIX:
        snprintf(host, capacity, "%s", ((const struct sockaddr_un *)&storage)->sun_path);
        return 0;
    default:
        return 0;
    }
    // Unlike inet_ntop, this names the zone of a link-local address.
    return getnameinfo((const struct sockaddr *)&storage, (socklen_t)length, host, (socklen_t)capacity, NULL, 0,
               NI_NUMERICHOST) == 0;
}
