/// Answers in the shapes that the services document, with made-up values.
enum Documented {
  static let electricityMapsLatest = """
    {"zone":"DE","carbonIntensity":322,"datetime":"2024-05-01T10:00:00.000Z","updatedAt":"2024-05-01T10:07:31.002Z",
     "createdAt":"2024-04-28T06:20:31.772Z","emissionFactorType":"lifecycle","isEstimated":true,
     "estimationMethod":"TIME_SLICER_AVERAGE"}
    """
  static let electricityMapsHistory = """
    {"zone":"DE","history":[
     {"zone":"DE","carbonIntensity":300,"datetime":"2024-05-01T08:00:00.000Z","updatedAt":"2024-05-01T09:10:00.000Z",
      "emissionFactorType":"lifecycle","isEstimated":false,"estimationMethod":null},
     {"zone":"DE","carbonIntensity":null,"datetime":"2024-05-01T09:00:00.000Z","updatedAt":"2024-05-01T09:10:00.000Z",
      "emissionFactorType":"lifecycle","isEstimated":false,"estimationMethod":null}]}
    """
  static let electricityMapsForecast = """
    {"zone":"DE","forecast":[{"carbonIntensity":326,"datetime":"2024-05-01T11:00:00.000Z"},
     {"carbonIntensity":318,"datetime":"2024-05-01T12:00:00.000Z"}],"updatedAt":"2024-05-01T09:55:00.000Z"}
    """
  static let wattTime = """
    {"data":[{"point_time":"2024-05-01T10:00:00+00:00","value":1000},
     {"point_time":"2024-05-01T10:05:00+00:00","value":870.4},{"point_time":"2024-05-01T10:10:00+00:00","value":null}],
     "meta":{"region":"CAISO_NORTH","signal_type":"co2_moer","units":"lbs_co2_per_mwh","data_point_period_seconds":300,
     "generated_at":"2024-05-01T09:59:00+00:00","generated_at_period_seconds":300,"model":{"date":"2023-03-01"},
     "warnings":[]}}
    """
  static let ukNational = """
    {"data":[{"from":"2023-12-03T10:00Z","to":"2023-12-03T10:30Z","intensity":{"forecast":211,"actual":206,"index":"high"}},
     {"from":"2023-12-03T10:30Z","to":"2023-12-03T11:00Z","intensity":{"forecast":216,"actual":null,"index":"high"}},
     {"from":"2023-12-03T11:00Z","to":"2023-12-03T11:30Z","intensity":{"forecast":220,"actual":null,"index":"high"}}]}
    """
  static let ukRegional = """
    {"data":{"regionid":12,"dnoregion":"SSE South","shortname":"South England","postcode":"OX1","data":[
     {"from":"2023-12-03T10:30Z","to":"2023-12-03T11:00Z","intensity":{"forecast":180,"index":"moderate"},
      "generationmix":[{"fuel":"gas","perc":43.6}]},
     {"from":"2023-12-03T11:00Z","to":"2023-12-03T11:30Z","intensity":{"forecast":184,"index":"moderate"},
      "generationmix":[{"fuel":"gas","perc":44.1}]}]}}
    """
  static let energyCharts = """
    {"unix_seconds":[1711065600,1711066500,1711067400],"co2eq":[322,314.7,null],"co2eq_forecast":[null,null,312.1],
     "deprecated":false}
    """
  static let openMeteo = """
    {"latitude":42.2,"longitude":-72.6,"generationtime_ms":0.1,"utc_offset_seconds":0,"timezone":"GMT",
     "timezone_abbreviation":"GMT","elevation":60,"hourly_units":{"time":"unixtime","temperature_2m":"°C"},
     "hourly":{"time":[1714554000,1714557600,1714561200],"temperature_2m":[11.5,null,-0.5]}}
    """
  static let eiaFuels = """
    {"response":{"total":"4","data":[
     {"period":"2024-01-01T05","respondent":"ISNE","fueltype":"NG","type-name":"Natural gas","value":"6000","value-units":"megawatthours"},
     {"period":"2024-01-01T05","respondent":"ISNE","fueltype":"NUC","type-name":"Nuclear","value":4000,"value-units":"megawatthours"},
     {"period":"2024-01-01T06","respondent":"ISNE","fueltype":"NG","type-name":"Natural gas","value":null,"value-units":"megawatthours"},
     {"period":"2024-01-01T06","respondent":"ISNE","fueltype":"NUC","type-name":"Nuclear","value":"4000","value-units":"megawatthours"}]},
     "request":{},"apiVersion":"2.1.4"}
    """
  static let sdkEmissions = """
    [{"location":"eastus","time":"2024-05-01T09:55:00+00:00","rating":70,"duration":"00:05:00"},
     {"location":"eastus","time":"2024-05-01T10:00:00+00:00","rating":71.5,"duration":"00:05:00"}]
    """
  static let sdkForecast = """
    [{"generatedAt":"2024-05-01T09:55:00+00:00","requestedAt":"2024-05-01T10:00:00+00:00","location":"eastus",
      "dataStartAt":"2024-05-01T10:00:00+00:00","dataEndAt":"2024-05-01T10:20:00+00:00","windowSize":10,
      "optimalDataPoints":[{"location":"eastus","timestamp":"2024-05-01T10:10:00+00:00","duration":10,"value":400.5}],
      "forecastData":[{"location":"eastus","timestamp":"2024-05-01T10:00:00+00:00","duration":10,"value":448.44},
       {"location":"eastus","timestamp":"2024-05-01T10:10:00+00:00","duration":10,"value":400.5},
       {"location":"eastus","timestamp":"2024-05-01T10:20:00+00:00","duration":10}]}]
    """

  /// A document of ENTSO-E: for each series its type, curve, resolution and points (position, value).
  static func entsoe(
    _ series: [(
      psr: String?, curve: String, periods: [(start: String, end: String, step: String, points: [(Int, String)])]
    )],
    area: String = "10Y1001A1001A83F", unit: String = "MAW", domain: String = "inBiddingZone_Domain.mRID"
  ) -> String {
    let body = series.map { series in
      let psr = series.psr.map { "<MktPSRType><psrType>\($0)</psrType></MktPSRType>" } ?? ""
      let periods = series.periods.map { period in
        let points = period.points.map { "<Point><position>\($0)</position><quantity>\($1)</quantity></Point>" }
        return """
          <Period><timeInterval><start>\(period.start)</start><end>\(period.end)</end></timeInterval>
          <resolution>\(period.step)</resolution>\(points.joined())</Period>
          """
      }
      return """
        <TimeSeries><mRID>1</mRID><\(domain) codingScheme="A01">\(area)</\(domain)>
        <quantity_Measure_Unit.name>\(unit)</quantity_Measure_Unit.name><curveType>\(series.curve)</curveType>\(psr)
        \(periods.joined())</TimeSeries>
        """
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">
      <createdDateTime>2024-05-01T12:00:00Z</createdDateTime>\(body.joined())</GL_MarketDocument>
      """
  }

  static let entsoeNothing = """
    <?xml version="1.0" encoding="utf-8"?><Acknowledgement_MarketDocument><Reason><code>999</code>
    <text>No matching data found for Data item Actual Generation &amp; more</text></Reason></Acknowledgement_MarketDocument>
    """

  static let entsoePrices = """
    <Publication_MarketDocument><TimeSeries><in_Domain.mRID codingScheme="A01">10Y1001A1001A82H</in_Domain.mRID>
    <out_Domain.mRID codingScheme="A01">10Y1001A1001A82H</out_Domain.mRID><currency_Unit.name>EUR</currency_Unit.name>
    <price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>A03</curveType><Period><timeInterval>
    <start>2023-01-01T00:00Z</start><end>2023-01-01T04:00Z</end></timeInterval><resolution>PT60M</resolution>
    <Point><position>1</position><price.amount>-3.36</price.amount></Point>
    <Point><position>3</position><price.amount>12.5</price.amount></Point></Period></TimeSeries></Publication_MarketDocument>
    """
}
