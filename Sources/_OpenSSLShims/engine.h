// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#ifndef TOOLKIT_TLS_ENGINE_H
#define TOOLKIT_TLS_ENGINE_H

#include "toolkit_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

struct toolkit_tls {
    SSL *ssl;
    // Lent for the time of one call.
    toolkit_tls_input *input;
    // What is to be sent: the bytes from `sent` to `filled`. It keeps its memory, so that a settled connection allocates nothing.
    uint8_t *output;
    size_t sent;
    size_t filled;
    size_t capacity;
    // The newest session that came.
    SSL_SESSION *session;
    // How long the filler of its hello is; below zero there is none.
    int filler;
    int was_asked_for_certificate;
    // The failure that ended it.
    int kind;
    char text[256];
    char subject[256];
    char names[1024];
};

// One of the extensions that servers must pass over (RFC 8701, "GREASE").
enum { TOOLKIT_TLS_FILLER = 0x0A0A };
int toolkit_tls_fill_hello(
    SSL *ssl, unsigned int type, unsigned int context, const unsigned char **bytes, size_t *count, X509 *certificate,
    size_t place, int *alert, void *argument);
int toolkit_tls_keep_session(SSL *ssl, SSL_SESSION *session);
int toolkit_tls_verified(int is_ok, X509_STORE_CTX *store);
int toolkit_tls_asked_for_certificate(SSL *ssl, void *tls);
// Takes the failure from the library's queue of errors.
void toolkit_tls_note_failure(toolkit_tls *tls);
BIO_METHOD *toolkit_tls_pipe(void);

#endif
