# How a fallproof module is built: warnings, sanitizers, tests, fuzz targets.
find_package(PkgConfig REQUIRED)

# fp_need(VAR MODULE PACKAGE): a library by pkg-config, or an error that names
# the Debian package to install.
function(fp_need var module package)
  pkg_check_modules(${var} IMPORTED_TARGET ${module})
  if(NOT ${var}_FOUND)
    message(FATAL_ERROR
      "${module} was not found by pkg-config. On Debian: apt-get install ${package}")
  endif()
endfunction()

add_library(fp_options INTERFACE)
target_include_directories(fp_options INTERFACE ${CMAKE_SOURCE_DIR})
# POSIX is asked for by name, since CMAKE_C_EXTENSIONS is off; _DEFAULT_SOURCE
# brings what libuv's header and the prctl and syscall wrappers need.
target_compile_definitions(fp_options INTERFACE
  _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE
  FP_VERSION="${PROJECT_VERSION}")
target_compile_options(fp_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes
  -Wmissing-prototypes -Wswitch-enum -Wvla -Wundef -fno-common
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(FP_WERROR)
  target_compile_options(fp_options INTERFACE -Werror)
endif()
if(FP_SANITIZE)
  target_compile_options(fp_options INTERFACE
    -fsanitize=${FP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(fp_options INTERFACE -fsanitize=${FP_SANITIZE})
endif()
if(FP_FUZZ)
  target_compile_options(fp_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# fp_module(NAME FOLDER [LIBS modules…] [PKG packages…])
# The library fp_NAME from FOLDER/*.c; a test NAME.x from each FOLDER/x_test.c;
# a fuzz target fuzz_x from each FOLDER/x_fuzz.c, whose corpus
# FOLDER/corpus/x/ is replayed as the ctest NAME.x_corpus.
function(fp_module name folder)
  cmake_parse_arguments(M "" "" "LIBS;PKG" ${ARGN})
  set(libs fp_options)
  foreach(lib ${M_LIBS})
    list(APPEND libs fp_${lib})
  endforeach()
  foreach(pkg ${M_PKG})
    list(APPEND libs PkgConfig::${pkg})
  endforeach()
  file(GLOB tests CONFIGURE_DEPENDS ${folder}/*_test.c)
  file(GLOB fuzzers CONFIGURE_DEPENDS ${folder}/*_fuzz.c)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.c)
  # Sub-folders with a CMakeLists.txt of their own are not part of the module.
  file(GLOB_RECURSE nested CONFIGURE_DEPENDS ${folder}/*/CMakeLists.txt)
  foreach(list_file ${nested})
    get_filename_component(dir ${list_file} DIRECTORY)
    list(FILTER sources EXCLUDE REGEX "^${dir}/")
  endforeach()
  file(GLOB_RECURSE nested_tests CONFIGURE_DEPENDS ${folder}/*_test.c ${folder}/*_fuzz.c)
  list(REMOVE_ITEM sources "" ${nested_tests})
  if(sources)
    add_library(fp_${name} STATIC ${sources})
    target_link_libraries(fp_${name} PUBLIC ${libs})
  else()
    add_library(fp_${name} INTERFACE)
    target_link_libraries(fp_${name} INTERFACE ${libs})
  endif()
  foreach(test ${tests})
    get_filename_component(stem ${test} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    add_executable(test_${name}_${stem} ${test})
    target_link_libraries(test_${name}_${stem} PRIVATE
      fp_${name} PkgConfig::CMOCKA)
    add_test(NAME ${name}.${stem} COMMAND test_${name}_${stem}
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    add_dependencies(fp_tests test_${name}_${stem})
  endforeach()
  foreach(fuzz ${fuzzers})
    get_filename_component(stem ${fuzz} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" stem ${stem})
    if(FP_FUZZ)
      add_executable(fuzz_${stem} ${fuzz})
      target_link_options(fuzz_${stem} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(fuzz_${stem} ${fuzz} ${CMAKE_SOURCE_DIR}/tools/fuzz_replay.c)
      add_test(NAME ${name}.${stem}_corpus
        COMMAND fuzz_${stem} ${CMAKE_SOURCE_DIR}/${folder}/corpus/${stem})
      add_dependencies(fp_tests fuzz_${stem})
    endif()
    target_link_libraries(fuzz_${stem} PRIVATE fp_${name})
  endforeach()
endfunction()

add_custom_target(fp_tests)
