#include "bench/googlemock_peer.h"

#include <gmock/gmock.h>

#include <mutex>

namespace procreg::bench {

namespace {

class MockWerApi : public WerApi {
 public:
  MOCK_METHOD(std::uint32_t, WerRegisterAdditionalProcess, (std::uint32_t, std::uint32_t), (override));
};

void initialise_googlemock() {
  static std::once_flag once;
  std::call_once(once, [] { testing::InitGoogleMock(); });
}

}  // namespace

std::unique_ptr<WerApi> googlemock_api() {
  initialise_googlemock();
  auto mock = std::make_unique<testing::NiceMock<MockWerApi>>();
  ON_CALL(*mock, WerRegisterAdditionalProcess).WillByDefault(testing::Return(0));
  return mock;
}

}  // namespace procreg::bench
