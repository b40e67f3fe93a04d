// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#ifdef TOOLKIT_TLS

#include "test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct test_certificate {
    X509 *certificate;
    EVP_PKEY *key;
};

static int extend(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    int result = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return result;
}

static int set_serial(X509 *certificate) {
    unsigned char bytes[8];
    long serial = 0;
    if (RAND_bytes(bytes, sizeof bytes) != 1) { return 0; }
    memcpy(&serial, bytes, sizeof serial);
    return ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), serial & 0x7fffffffffff) == 1;
}

static int fill(X509 *made, EVP_PKEY *key, test_certificate_request request, const test_certificate *issuer) {
    X509 *signer = issuer == NULL ? made : issuer->certificate;
    X509_NAME *subject = X509_get_subject_name(made);
    const unsigned char *name = (const unsigned char *)request.common_name;
    int result = X509_set_version(made, 2) == 1 && set_serial(made)
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1
        && X509_set_issuer_name(made, X509_get_subject_name(signer)) == 1
        && X509_gmtime_adj(X509_getm_notBefore(made), request.valid_from) != NULL
        && X509_gmtime_adj(X509_getm_notAfter(made), request.valid_until) != NULL && X509_set_pubkey(made, key) == 1
        && extend(made, signer, NID_basic_constraints, request.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE")
        && extend(made, signer, NID_subject_key_identifier, "hash")
        && (issuer == NULL || extend(made, signer, NID_authority_key_identifier, "keyid:always"));
    if (result && request.is_authority) { result = extend(made, signer, NID_key_usage, "critical,keyCertSign,cRLSign"); }
    if (result && request.names != NULL) { result = extend(made, signer, NID_subject_alt_name, request.names); }
    return result && X509_sign(made, issuer == NULL ? key : issuer->key, EVP_sha256()) > 0;
}

test_certificate *test_certificate_new(test_certificate_request request, const test_certificate *issuer) {
    test_certificate *made = calloc(1, sizeof *made);
    if (made == NULL) { return NULL; }
    made->key = EVP_EC_gen("P-256");
    made->certificate = X509_new();
    if (made->key != NULL && made->certificate != NULL && fill(made->certificate, made->key, request, issuer)) {
        return made;
    }
    test_certificate_free(made);
    return NULL;
}

void test_certificate_free(test_certificate *certificate) {
    if (certificate == NULL) { return; }
    X509_free(certificate->certificate);
    EVP_PKEY_free(certificate->key);
    free(certificate);
}

static size_t take_text(BIO *memory, char *text, size_t capacity) {
    char *bytes = NULL;
    long count = BIO_get_mem_data(memory, &bytes);
    size_t taken = count > 0 && (size_t)count < capacity ? (size_t)count : 0;
    memcpy(text, bytes, taken);
    text[taken] = 0;
    BIO_free(memory);
    return taken;
}

size_t test_certificate_pem(const test_certificate *certificate, char *text, size_t capacity) {
    BIO *memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, certificate->certificate);
    return take_text(memory, text, capacity);
}

size_t test_certificate_key_pem(
    const test_certificate *certificate, const char *password, char *text, size_t capacity) {
    BIO *memory = BIO_new(BIO_s_mem());
    const EVP_CIPHER *cipher = password == NULL ? NULL : EVP_aes_256_cbc();
    PEM_write_bio_PKCS8PrivateKey(
        memory, certificate->key, cipher, password, password == NULL ? 0 : (int)strlen(password), NULL, NULL);
    return take_text(memory, text, capacity);
}

#endif
