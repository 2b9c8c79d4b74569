# How cpack makes the Debian package. CMakeLists.txt knows nothing of it:
#   BILLING_VERSION=… BILLING_TREE=… BILLING_CONTROL=… cpack --config cmake/package.cmake -B build/package
# script/package builds the binary, lays out the tree as it will lie below /, and calls it. The environment, because -D comes after this file.
foreach(name BILLING_VERSION BILLING_TREE BILLING_CONTROL BILLING_MAINTAINER)
  if("$ENV{${name}}" STREQUAL "")
    message(FATAL_ERROR "${name} is not set: call script/package")
  endif()
  set(${name} "$ENV{${name}}")
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_FILE_NAME billing)
set(CPACK_PACKAGE_NAME billing)
set(CPACK_PACKAGE_VERSION ${BILLING_VERSION})
set(CPACK_PACKAGE_VENDOR billing)
set(CPACK_PACKAGE_CONTACT "${BILLING_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "$ENV{BILLING_HOMEPAGE}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "subscription billing and payments on PostgreSQL and Redis")
set(CPACK_PACKAGE_DESCRIPTION
"Plans, subscriptions, metered usage, invoices and payments with retries, in
one binary. PostgreSQL holds the truth, Redis is a doorbell and a cache. Every
invoice line explains itself, and nothing is billed twice.")

set(CPACK_INSTALL_CMAKE_PROJECTS "")
set(CPACK_INSTALLED_DIRECTORIES "${BILLING_TREE};.")
set(CPACK_PACKAGING_INSTALL_PREFIX "/")
set(CPACK_SET_DESTDIR OFF)
set(CPACK_INCLUDE_TOPLEVEL_DIRECTORY OFF)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser")
# Of invoices. Without them Pango takes what is there, DejaVu at least.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-open-sans, fonts-droid-fallback | fonts-noto-cjk")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, redis-server, prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${BILLING_CONTROL}/conffiles;${BILLING_CONTROL}/postinst;${BILLING_CONTROL}/prerm;${BILLING_CONTROL}/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
