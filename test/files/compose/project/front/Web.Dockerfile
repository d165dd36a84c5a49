FROM planefault/base
