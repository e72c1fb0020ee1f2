# Payload rate, stream, cross, process: ring and transfer
# Drawn from throughput-bytes-stream-cross-process-ring-transfer.dat; "gnuplot throughput-bytes-stream-cross-process-ring-transfer.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 3.33in,2.30in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 240,166 dynamic name 'throughput_bytes_stream_cross_process_ring_transfer' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'throughput-bytes-stream-cross-process-ring-transfer.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set samples 2
	set logscale xy
	set xrange [42.6667:98304]
	set yrange [4.72468e+06:1.74022e+11]
	set xtics ('64 B' 64, '4 KiB' 4096, '64 KiB' 65536)
	set ytics ('10 MB/s' 10000000, '100 MB/s' 100000000, '1 GB/s' 1e+09, '10 GB/s' 1e+10, '100 GB/s' 1e+11)
	set xlabel 'message size'
	set ylabel 'payload rate'
	set rmargin at screen 0.684
	set key at screen 0.699,0.97 left top maxrows 3
	plot 'throughput-bytes-stream-cross-process-ring-transfer.dat' index 0 using ($1*0.9877):3:(0):($4-$3) with vectors nohead linecolor rgb '#56B4E9' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process-ring-transfer.dat' index 0 using ($1*0.9877):2 with linespoints linecolor rgb '#56B4E9' pointtype 14 dashtype 2 linewidth 1.6 title 'ring spin', \
		'throughput-bytes-stream-cross-process-ring-transfer.dat' index 1 using ($1*1.0124):3:(0):($4-$3) with vectors nohead linecolor rgb '#000000' linewidth 1.6 notitle, \
		'throughput-bytes-stream-cross-process-ring-transfer.dat' index 1 using ($1*1.0124):2 with linespoints linecolor rgb '#000000' pointtype 2 dashtype 2 linewidth 1.6 title 'pageswap spin', \
		'throughput-bytes-stream-cross-process-ring-transfer.dat' index 2 using 1:2 with lines linecolor rgb '#000000' linewidth 1.4 dashtype 5 title 'memcpy'
	unset output
}
