/// A self-signed certificate for `localhost`, `models.test` and 127.0.0.1, and its key. Made for these tests only
/// (`openssl req -x509 -newkey ec -nodes -days 36500 -addext subjectAltName=…`); nobody else trusts it.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBuTCCAWCgAwIBAgIUS2YcRMTxx2dFc24xw7jZKRtP8JQwCgYIKoZIzj0EAwIw
    HTEbMBkGA1UEAwwSRGltbWVyIHRlc3Qgc2VydmVyMCAXDTI2MTEyMTExMzUzN1oY
    DzIxMjYxMDI4MTEzNTM3WjAdMRswGQYDVQQDDBJEaW1tZXIgdGVzdCBzZXJ2ZXIw
    WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ/uDXz02ADwnimmpV3qt5NwxthbSOh
    uHtk0LoOMFOZsfjD2N9W8VFz7FepMfWNEdmKXBTGb3zsy2LGjlTRKIgRo3wwejAd
    BgNVHQ4EFgQUst+tY3ns3FIxarLxLpTavqiugnkwHwYDVR0jBBgwFoAUst+tY3ns
    3FIxarLxLpTavqiugnkwDwYDVR0TAQH/BAUwAwEB/zAnBgNVHREEIDAegglsb2Nh
    bGhvc3SCC21vZGVscy50ZXN0hwR/AAABMAoGCCqGSM49BAMCA0cAMEQCIFB12ue0
    5a/2dpOwpl9XPb6xvYOCd2Fz+xw7NMG5phj/AiAU9UGrQeJLZOSm1PN7iJM+QCeI
    /trMU04XZuo9B5QWsg==
    -----END CERTIFICATE-----
    """
  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg84t7qjhSa1UlBa6X
    cetlQzhA2fh63ddI2UxdodMg13WhRANCAAQ/uDXz02ADwnimmpV3qt5NwxthbSOh
    uHtk0LoOMFOZsfjD2N9W8VFz7FepMfWNEdmKXBTGb3zsy2LGjlTRKIgR
    -----END PRIVATE KEY-----
    """
}
