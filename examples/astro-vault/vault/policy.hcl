path "secret/*" {
  capabilities = ["create", "read", "update", "patch", "delete", "list"]
}
