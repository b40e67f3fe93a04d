// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#ifdef TOOLKIT_TLS

#include "engine.h"

#include <limits.h>
#include <openssl/pem.h>
#include <string.h>

toolkit_tls_context *toolkit_tls_context_new(int is_server) {
    SSL_CTX *context = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
    if (context == NULL) { return NULL; }
    // Without renegotiation a write never has to read.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (is_server) {
        static const unsigned char name[] = "valkey-toolkit";
        SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
    } else {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context, toolkit_tls_keep_session);
        SSL_CTX_add_custom_ext(
            context, TOOLKIT_TLS_FILLER, SSL_EXT_CLIENT_HELLO, toolkit_tls_fill_hello, NULL, NULL, NULL, NULL);
        ERR_clear_error();
    }
    return context;
}

void toolkit_tls_context_free(toolkit_tls_context *context) { SSL_CTX_free(context); }

int toolkit_tls_context_versions(toolkit_tls_context *context, int minimum, int maximum) {
    int first = minimum == 3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    int last = maximum == 2 ? TLS1_2_VERSION : TLS1_3_VERSION;
    return SSL_CTX_set_min_proto_version(context, first) == 1 && SSL_CTX_set_max_proto_version(context, last) == 1;
}

int toolkit_tls_context_ciphers(toolkit_tls_context *context, const char *ciphers, const char *suites) {
    int result = 1;
    if (ciphers != NULL) { result &= SSL_CTX_set_cipher_list(context, ciphers); }
    if (suites != NULL) { result &= SSL_CTX_set_ciphersuites(context, suites); }
    ERR_clear_error();
    return result == 1;
}

int toolkit_tls_context_trust_system(toolkit_tls_context *context) {
    return SSL_CTX_set_default_verify_paths(context) == 1;
}

int toolkit_tls_context_trust_directory(toolkit_tls_context *context, const char *path) {
    return SSL_CTX_load_verify_dir(context, path) == 1;
}

// What has the form of PEM at all ends with this error, everything else with another.
static int is_end_of_pem(void) {
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static BIO *reader(const uint8_t *bytes, size_t count) {
    return count > INT_MAX ? NULL : BIO_new_mem_buf(bytes, (int)count);
}

int toolkit_tls_context_trust_pem(toolkit_tls_context *context, const uint8_t *pem, size_t count) {
    BIO *input = reader(pem, count);
    if (input == NULL) { return -1; }
    int added = 0;
    X509 *certificate;
    ERR_clear_error();
    while ((certificate = PEM_read_bio_X509_AUX(input, NULL, NULL, NULL)) != NULL) {
        int result = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
        X509_free(certificate);
        if (result != 1) { break; }
        added += 1;
    }
    int is_whole = certificate == NULL && is_end_of_pem();
    ERR_clear_error();
    BIO_free(input);
    return is_whole ? added : -1;
}

typedef struct {
    const char *text;
    int was_asked;
} password_box;

static int give_password(char *buffer, int size, int is_for_writing, void *box) {
    (void)is_for_writing;
    password_box *password = box;
    password->was_asked = 1;
    if (password->text == NULL) { return -1; }
    size_t count = strlen(password->text);
    if (count > (size_t)size) { return -1; }
    memcpy(buffer, password->text, count);
    return (int)count;
}

static int use_chain(SSL_CTX *context, const uint8_t *bytes, size_t count) {
    BIO *input = reader(bytes, count);
    if (input == NULL) { return 0; }
    X509 *certificate = PEM_read_bio_X509_AUX(input, NULL, NULL, NULL);
    int result = certificate != NULL && SSL_CTX_use_certificate(context, certificate) == 1;
    X509_free(certificate);
    SSL_CTX_clear_chain_certs(context);
    while (result && (certificate = PEM_read_bio_X509(input, NULL, NULL, NULL)) != NULL) {
        result = SSL_CTX_add0_chain_cert(context, certificate) == 1;
        if (!result) { X509_free(certificate); }
    }
    result = result && is_end_of_pem();
    BIO_free(input);
    return result;
}

int toolkit_tls_context_identity(
    toolkit_tls_context *context, const uint8_t *chain, size_t chain_count, const uint8_t *key, size_t key_count,
    const char *password) {
    ERR_clear_error();
    int result = TOOLKIT_TLS_IDENTITY_OK;
    if (!use_chain(context, chain, chain_count)) {
        result = TOOLKIT_TLS_IDENTITY_BAD_CERTIFICATE;
    } else {
        password_box box = {.text = password, .was_asked = 0};
        BIO *input = reader(key, key_count);
        EVP_PKEY *loaded = input == NULL ? NULL : PEM_read_bio_PrivateKey(input, NULL, give_password, &box);
        BIO_free(input);
        if (loaded == NULL) {
            result = box.was_asked ? TOOLKIT_TLS_IDENTITY_WRONG_PASSWORD : TOOLKIT_TLS_IDENTITY_BAD_KEY;
        } else if (X509_check_private_key(SSL_CTX_get0_certificate(context), loaded) != 1) {
            result = TOOLKIT_TLS_IDENTITY_MISMATCH;
        } else if (SSL_CTX_use_PrivateKey(context, loaded) != 1) {
            result = TOOLKIT_TLS_IDENTITY_BAD_KEY;
        }
        EVP_PKEY_free(loaded);
    }
    ERR_clear_error();
    return result;
}

void toolkit_tls_context_want_client(toolkit_tls_context *context, int how) {
    int mode = SSL_VERIFY_PEER | (how == 2 ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    SSL_CTX_set_verify(context, mode, NULL);
}

void toolkit_tls_context_tickets(toolkit_tls_context *context, size_t count) {
    SSL_CTX_set_num_tickets(context, count);
}

void toolkit_tls_session_free(toolkit_tls_session *session) { SSL_SESSION_free(session); }

int toolkit_tls_session_is_single_use(const toolkit_tls_session *session) {
    return SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION;
}

#endif
