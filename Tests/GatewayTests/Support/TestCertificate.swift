/// A self-signed certificate for `localhost` and `models.test`, and its key. Made for these tests only
/// (`openssl req -x509 -newkey ec -nodes -days 36500 -addext subjectAltName=…`); nobody else trusts it.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBtDCCAVqgAwIBAgIUWzI0F1UJ7lOpejJYWbGRonrkzQswCgYIKoZIzj0EAwIw
    HTEbMBkGA1UEAwwSRGltbWVyIHRlc3Qgc2VydmVyMCAXDTI2MTEyMTExNTgyM1oY
    DzIxMjYxMDI4MTE1ODIzWjAdMRswGQYDVQQDDBJEaW1tZXIgdGVzdCBzZXJ2ZXIw
    WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQYiysQ0Zq48X5wB1LZfarA18IJCWCt
    XQbp8CoHnvw86+EHneQGYyOyfrJKz6YWw0k9A454woUyzmm79JcLw9Q0o3YwdDAd
    BgNVHQ4EFgQUvSfg/mDATePhdTTDWOQnfQScFUAwHwYDVR0jBBgwFoAUvSfg/mDA
    TePhdTTDWOQnfQScFUAwDwYDVR0TAQH/BAUwAwEB/zAhBgNVHREEGjAYgglsb2Nh
    bGhvc3SCC21vZGVscy50ZXN0MAoGCCqGSM49BAMCA0gAMEUCIQCneYCEn3AhUEA7
    VF+pC4QxKXDBp7/9WONWj6Ud3WX8wwIgVXOIa2neucUMv/7oFInENxj2z8StAzXU
    95wzXX6IgIQ=
    -----END CERTIFICATE-----
    """
  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9zPgTWv8ozcmK95N
    yTZQkp6a91NJJ2VCtWZGaTE76j+hRANCAAQYiysQ0Zq48X5wB1LZfarA18IJCWCt
    XQbp8CoHnvw86+EHneQGYyOyfrJKz6YWw0k9A454woUyzmm79JcLw9Q0
    -----END PRIVATE KEY-----
    """
}
