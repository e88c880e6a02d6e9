# Faults planted in both flavours of impl, each found by search/mutant_test.cpp, which expects the scenario search/mutants/NAME.json.
include(${PROJECT_SOURCE_DIR}/cmake/mutant.cmake)

# Compiled once for all of them.
add_library(procreg_mutant_test OBJECT search/mutant_test.cpp)
target_link_libraries(procreg_mutant_test
  PUBLIC procreg::harness GTest::gmock
  PRIVATE $<BUILD_INTERFACE:procreg_warnings>)

# Twenty seeds, under sanitizers one: what they watch is the code, which the others run as well.
set(mutant_seeds 20)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=")
  set(mutant_seeds 1)
endif()
target_compile_definitions(procreg_mutant_test PRIVATE PROCREG_MUTANT_SEEDS=${mutant_seeds})

function(plant name source from to)
  procreg_mutant(${name} SOURCE ${source} FROM "${from}" TO "${to}" TESTS $<TARGET_OBJECTS:procreg_mutant_test>
    FLAVOUR procreg::impl procreg::impl_scheduled LIBS procreg::harness TIMEOUT 1200)
endfunction()

plant(limit-accepts-one-more impl/wer/registration.cpp
  [[size >= limits_.dumpCollection ||]] [[size > limits_.dumpCollection ||]])

procreg_mutant(explorer-meets-one-more SOURCE impl/wer/registration.cpp
  FROM [[size >= limits_.dumpCollection ||]] TO [[size > limits_.dumpCollection ||]]
  FLAVOUR procreg::impl procreg::impl_scheduled LIBS procreg::harness TESTS search/explore/explore_mutant_test.cpp)

plant(memory-of-an-entry-is-not-released impl/wer/registration.cpp
  [[self->heap.release();]] "")

plant(reregistration-keeps-the-old-incarnation impl/wer/registration.cpp
  [[known->AdditionalProcess::operator=(registered);]] [[known->thread = registered.thread;]])

# The last entry takes the place of the one that is removed.
plant(unregistering-loses-the-order impl/wer/registration_block.cpp
  [[if (entry == nullptr) return false;]]
  [[if (entry == nullptr) return false;
  static_cast<AdditionalProcess&>(*entry) = *last_;
  while (entry != last_) before = std::exchange(entry, entry->next);]])

plant(timer-fires-a-millisecond-early impl/wer/crash_service.cpp
  [[due_of(*process) < until]] [[due_of(*process) <= until]])

plant(last-error-is-forgotten impl/kernel/process_calls.cpp
  [[if (!wants_code) return refused(*self, FALSE_, Win32Error::ERROR_INVALID_PARAMETER);]]
  [[if (!wants_code) return answered(*self, FALSE_);]])

plant(every-handle-is-inherited impl/kernel/handle_table.cpp
  [[if (!entry.inheritable) return;]] "")

plant(tag-outlives-its-process impl/ccf/app_instances.cpp
  [[void AppInstances::exiting(Process& process) noexcept { at(process.identity.key.machine).process_exiting(process); }]]
  [[void AppInstances::exiting(Process&) noexcept {}]])

plant(handle-is-checked-before-filter impl/ccf/filter.cpp
  [[if (filter_first && !is_loaded())]] [[if (!filter_first && !is_loaded())]])

plant(child-does-not-pass-the-tag-on impl/ccf/filter.cpp
  [[AppInstanceInheritDepth::all_descendants;]] [[AppInstanceInheritDepth::children_only;]])

# A text that is not there exactly once is an error: a fault cannot vanish, and it is in one place.
function(refused name from why)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name})
  file(CONFIGURE OUTPUT ${folder}/source.txt CONTENT "one; two, two\n")
  file(CONFIGURE OUTPUT ${folder}/from.txt CONTENT "${from}")
  file(CONFIGURE OUTPUT ${folder}/to.txt CONTENT "three")
  add_test(NAME mutants.${name}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${folder}/source.txt -DFROM=${folder}/from.txt -DTO=${folder}/to.txt
            -DOUT=${folder}/out.txt -P ${PROJECT_SOURCE_DIR}/cmake/mutate.cmake)
  set_tests_properties(mutants.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${why}")
endfunction()

refused(need_the_text "four" "text to replace is missing")
refused(need_the_text_once "two" "more than once")
